/** The file in a run's own folder by which the server tells it what has changed since the run began. */
export const newsFile = "news.json";
