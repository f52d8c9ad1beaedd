import { fileLayer, sqliteLayer } from "./IntakeLayers.ts"
import { intakeContract } from "./intake.ts"
import { intakeAbsenceContract } from "./intakeAbsence.ts"
import { intakeChoicesContract } from "./intakeChoices.ts"
import { intakeFloodsContract } from "./intakeFloods.ts"
import { intakeSessionsContract } from "./intakeSessions.ts"
import { intakeTellingContract } from "./intakeTelling.ts"

intakeContract("SQLite in memory", sqliteLayer)
intakeContract("SQLite file", fileLayer)
intakeFloodsContract("SQLite file", fileLayer, 100_000)
intakeAbsenceContract("SQLite file", fileLayer)
intakeSessionsContract("SQLite file", fileLayer)
intakeChoicesContract("SQLite in memory", sqliteLayer)
intakeChoicesContract("SQLite file", fileLayer)
intakeTellingContract("SQLite in memory", sqliteLayer)
