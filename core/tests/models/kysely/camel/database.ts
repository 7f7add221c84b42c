import { CamelCasePlugin, Kysely } from "kysely";
import type { DB } from "./db";

export const db = new Kysely<DB>({ dialect, plugins: [new CamelCasePlugin()] });
