import { openExampleEngine } from "../duckdb.fixture.ts";
import { examplesContract } from "./examples.contract.ts";

examplesContract(openExampleEngine, "duckdb");
