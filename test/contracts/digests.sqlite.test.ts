import { stores } from "./deliveringLayers.ts"
import { digestsContract } from "./digests.ts"

digestsContract(stores)
