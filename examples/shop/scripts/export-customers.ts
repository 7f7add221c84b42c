// Writes every customer as CSV, for the newsletter tool.
import { PrismaClient } from "@prisma/client";

const prisma = new PrismaClient();

async function main() {
  const rows = await prisma.$queryRawUnsafe<{ email: string; full_name: string }[]>(
    "SELECT email, full_name FROM users ORDER BY id",
  );
  for (const row of rows) console.log(`${row.email},"${row.full_name.replaceAll('"', '""')}"`);
}

main().finally(() => prisma.$disconnect());
