import { memoryLayer } from "./IntakeLayers.ts"
import { intakeContract } from "./intake.ts"
import { intakeAbsenceContract } from "./intakeAbsence.ts"
import { intakeChoicesContract } from "./intakeChoices.ts"
import { intakeFloodsContract } from "./intakeFloods.ts"
import { intakeSessionsContract } from "./intakeSessions.ts"
import { intakeTellingContract } from "./intakeTelling.ts"

intakeContract("memory", memoryLayer)
intakeFloodsContract("memory", memoryLayer, 10_000)
intakeAbsenceContract("memory", memoryLayer)
intakeSessionsContract("memory", memoryLayer)
intakeChoicesContract("memory", memoryLayer)
intakeTellingContract("memory", memoryLayer)
