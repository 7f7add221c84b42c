import Link from "next/link";
import { prisma } from "@/lib/prisma";

export default async function Home() {
  const products = await prisma.product.findMany({ where: { stock: { gt: 0 } }, orderBy: { createdAt: "desc" }, take: 24 });
  return (
    <main>
      <h1>New in the shop</h1>
      <ul>
        {products.map((product) => (
          <li key={product.slug}>
            <Link href={`/products/${product.slug}`}>{product.title}</Link> {(product.priceCents / 100).toFixed(2)} €
          </li>
        ))}
      </ul>
    </main>
  );
}
