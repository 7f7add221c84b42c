import { Generated, Kysely } from "kysely";

interface Stamped { created_at: Date }

interface UsersTable extends Stamped {
  id: Generated<number>
  firstName: string
}

type PetsTable = {
  name: string;
  owner: number | null;
} & Stamped;

export interface Database extends Omit<Others, "x"> {
  users: UsersTable
  pets: PetsTable
  inline: { a: string; b?: number }
  missing: ElsewhereTable
}

export const db = new Kysely<Database>({ dialect });
