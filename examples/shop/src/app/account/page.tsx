import { prisma } from "@/lib/prisma";
import { recentOrders } from "@/server/orders";
import { currentUserId } from "@/lib/session";

export default async function Account() {
  const id = await currentUserId();
  const user = await prisma.user.findUniqueOrThrow({ where: { id }, select: { displayName: true, email: true, phone: true } });
  const orders = await recentOrders(id);
  return (
    <main>
      <h1>Hello {user.displayName}</h1>
      <p>
        {user.email}, {user.phone || "no phone number"}
      </p>
      <ol>
        {orders.map((order) => (
          <li key={order.id.toString()}>
            {order.status}: {(order.totalCents / 100).toFixed(2)} {order.currency}
          </li>
        ))}
      </ol>
    </main>
  );
}
