// How long trouble can last that counts: no network, no rights, a wrong token. Each is looked at again sooner than this.

/** What waits longer was noted before the clock was set back, and counts no more. */
export const longestTroubleMs = 7_200_000
