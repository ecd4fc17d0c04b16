import { double, listOf } from "../../column-type.ts";
import { ownFunction, type SqlFunction } from "./sql-function.ts";

/** What is made of series by code: lists of doubles without nulls. */
export const series = {
  /** The features of the families that a text names, one after the other. Of a series with one value at least. */
  seriesFeatures: ownFunction(
    listOf(double),
    "sagebrush_series_features($1, $2)",
    "Making features of series beyond the minimal subset",
  ),
  /** Trend, season and remainder, one after the other, by options in JSON. Nulls are refused. */
  seasonalTrend: ownFunction(listOf(double), "sagebrush_seasonal_trend($1, $2)", "Seasonal-trend decomposition"),
} satisfies Readonly<Record<string, SqlFunction>>;
