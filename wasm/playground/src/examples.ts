// Examples that tell a story. Each is a state like any other.

import { EMPTY, type State } from "./state";

export interface Story {
  id: string;
  title: string;
  state: State;
}

const SHOP = `create table users (
  id bigint primary key,
  email text,
  fullname text,
  plan text
);
create table orders (
  id bigint primary key,
  customer_id bigint,
  total integer,
  created_at timestamp
);
`;

const story = (id: string, title: string, state: Partial<State>): Story => ({ id, title, state: { ...EMPTY, schema: SHOP, ...state } });

export const STORIES: Story[] = [
  story("release", "The release that takes the shop down", {
    framework: "flyway",
    sizes: { users: 2_400_000, orders: 48_000_000 },
    migrations: [
      `-- Every user has an e-mail address, every order a currency.
ALTER TABLE users ALTER COLUMN email SET NOT NULL;

ALTER TABLE orders ADD COLUMN currency text NOT NULL DEFAULT 'EUR';

CREATE INDEX orders_customer_id_idx ON orders (customer_id);
`,
    ],
  }),
  story("rename", "The rename that breaks the code that is running", {
    sizes: { users: 2_400_000 },
    migrations: [
      `-- The old code still asks for "fullname" until the deploy is through.
ALTER TABLE users RENAME COLUMN fullname TO display_name;

ALTER TABLE orders DROP COLUMN total;
`,
    ],
    code: `== before: src/account.ts
export const greet = (id: number) =>
  db.query("SELECT fullname FROM users WHERE id = $1", [id]);
== after: src/account.ts
export const greet = (id: number) =>
  db.query("SELECT display_name FROM users WHERE id = $1", [id]);
== src/invoice.ts
export const invoice = (id: number) =>
  db.query("SELECT id, total FROM orders WHERE id = $1", [id]);
`,
  }),
  story("key", "The foreign key that locks two tables", {
    sizes: { users: 2_400_000, orders: 48_000_000 },
    migrations: [
      `BEGIN;
ALTER TABLE orders
  ADD CONSTRAINT orders_customer_fk FOREIGN KEY (customer_id) REFERENCES users (id);
UPDATE users SET plan = 'free' WHERE plan IS NULL;
COMMIT;
`,
    ],
  }),
  story("concurrently", "CONCURRENTLY in a tool that opens a transaction", {
    framework: "drizzle",
    sizes: { orders: 48_000_000 },
    migrations: [
      `CREATE INDEX CONCURRENTLY orders_created_at_idx ON orders (created_at);
--> statement-breakpoint
ALTER TABLE orders ALTER COLUMN created_at TYPE timestamptz;
`,
    ],
  }),
  story("backfill", "Two migrations of one release, one waiting for the other", {
    sizes: { users: 2_400_000 },
    migrations: [
      `ALTER TABLE users ADD COLUMN locale text;
UPDATE users SET locale = 'en';
`,
      `ALTER TABLE users ALTER COLUMN locale SET NOT NULL;
ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email);
`,
    ],
  }),
  story("safe", "The same, done well", {
    sizes: { users: 2_400_000, orders: 48_000_000 },
    migrations: [
      `SET lock_timeout = '5s';
SET statement_timeout = '1h';

ALTER TABLE orders ADD COLUMN currency text DEFAULT 'EUR';

ALTER TABLE users ADD CONSTRAINT users_email_present CHECK (email IS NOT NULL) NOT VALID;

CREATE INDEX CONCURRENTLY orders_customer_id_idx ON orders (customer_id);
`,
      `SET lock_timeout = '5s';
SET statement_timeout = '1h';

ALTER TABLE users VALIDATE CONSTRAINT users_email_present;
`,
    ],
  }),
];
