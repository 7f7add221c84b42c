import { prisma } from "@/lib/prisma";

export interface CartLine {
  productId: bigint;
  quantity: number;
}

export async function placeOrder(userId: bigint, lines: CartLine[], shippingAddressId?: bigint) {
  return prisma.$transaction(async (tx) => {
    const products = await tx.product.findMany({
      where: { id: { in: lines.map((line) => line.productId) } },
      select: { id: true, priceCents: true },
    });
    const priceOf = new Map(products.map((product) => [product.id, product.priceCents]));
    const items = lines.map((line) => ({ ...line, unitPriceCents: priceOf.get(line.productId)! }));
    for (const line of lines) {
      await tx.product.update({ where: { id: line.productId }, data: { stock: { decrement: line.quantity } } });
    }
    return tx.order.create({
      data: {
        userId,
        shippingAddressId,
        currency: "EUR",
        totalCents: items.reduce((sum, item) => sum + item.quantity * item.unitPriceCents, 0),
        items: { create: items },
      },
      include: { items: true },
    });
  });
}

export async function recentOrders(userId: bigint) {
  return prisma.order.findMany({
    where: { userId },
    orderBy: { createdAt: "desc" },
    take: 20,
    include: { items: { include: { product: true } }, payments: true },
  });
}
