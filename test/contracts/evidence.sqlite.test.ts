import { stores } from "./deliveringLayers.ts"
import { evidenceContract } from "./evidence.ts"
import { evidenceKeepingContract } from "./evidenceKeeping.ts"

evidenceContract(stores)
evidenceKeepingContract(stores)
