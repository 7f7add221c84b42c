import { prisma } from "@/lib/prisma";

interface CallRow {
  id: bigint;
  full_name: string;
  phone: string | null;
}

/** Customers with a parcel that came back: somebody phones them. */
export async function customersToCall(): Promise<CallRow[]> {
  return prisma.$queryRaw<CallRow[]>`
    SELECT u.id, u.full_name, COALESCE(u.phone, u.legacy_phone) AS phone
    FROM users u
    JOIN orders o ON o.user_id = u.id
    WHERE o.status = 'shipped' AND o.updated_at < now() - interval '21 days'
  `;
}

export async function refreshSales() {
  await prisma.$executeRaw`REFRESH MATERIALIZED VIEW CONCURRENTLY daily_sales`;
}
