// Properties draw the same examples in every run, so that a run is decided by the code and not by chance. `PROPERTY_SEED=N npm test` draws
// others: what they find gets an example of its own in the test.
import * as fc from "fast-check"

fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED ?? 20_261_126) })
