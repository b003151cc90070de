/** So many rounds are drawn at once: more could not be told apart. */
export const roundsPerPage = 60;
