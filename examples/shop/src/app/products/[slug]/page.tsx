import { notFound } from "next/navigation";
import { prisma } from "@/lib/prisma";

export default async function ProductPage({ params }: { params: Promise<{ slug: string }> }) {
  const { slug } = await params;
  const product = await prisma.product.findUnique({
    where: { slug },
    include: { reviews: { orderBy: { createdAt: "desc" }, take: 10, include: { user: true } } },
  });
  if (!product) notFound();
  return (
    <main>
      <h1>{product.title}</h1>
      <p>{product.description}</p>
      <ul>
        {product.reviews.map((review) => (
          <li key={review.id.toString()}>
            {"★".repeat(review.stars)} {review.body} – {review.user.displayName}
          </li>
        ))}
      </ul>
    </main>
  );
}
