import { stores } from "./deliveringLayers.ts"
import { postsContract } from "./posts.ts"

postsContract(stores)
