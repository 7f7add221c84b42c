import { NextResponse } from "next/server";
import { z } from "zod";
import { currentUserId } from "@/lib/session";
import { placeOrder } from "@/server/orders";

const Cart = z.object({
  lines: z.array(z.object({ productId: z.coerce.bigint(), quantity: z.int().positive() })).min(1),
  shippingAddressId: z.coerce.bigint().optional(),
});

export async function POST(request: Request) {
  const cart = Cart.parse(await request.json());
  const order = await placeOrder(await currentUserId(), cart.lines, cart.shippingAddressId);
  return NextResponse.json({ order: order.id.toString() }, { status: 201 });
}
