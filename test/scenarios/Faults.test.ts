// The faults around a program that runs, side by side: most of their time is Telegram's minute, or the lease's seconds, going by.
import "./RedisFaults.ts"
import "./TelegramFaults.ts"
import "./TwoProcesses.ts"
