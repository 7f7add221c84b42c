import { NextResponse } from "next/server";
import { prisma } from "@/lib/prisma";

interface PaymentEvent {
  order: string;
  provider: string;
  reference: string;
  cents: number;
  currency: string;
}

export async function POST(request: Request) {
  const event = (await request.json()) as PaymentEvent;
  const orderId = BigInt(event.order);
  await prisma.payment.create({
    data: {
      orderId,
      provider: event.provider,
      providerReference: event.reference,
      state: "succeeded",
      amountCents: event.cents,
      currency: event.currency,
    },
  });
  await prisma.order.update({ where: { id: orderId }, data: { status: "paid" } });
  return new NextResponse(null, { status: 204 });
}
