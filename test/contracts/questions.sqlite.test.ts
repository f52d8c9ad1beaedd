import { stores } from "./deliveringLayers.ts"
import { questionsContract } from "./questions.ts"

questionsContract(stores)
