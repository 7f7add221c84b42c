import { cookies } from "next/headers";

export async function currentUserId(): Promise<bigint> {
  const session = (await cookies()).get("session")?.value;
  if (!session) throw new Error("not signed in");
  return BigInt(session.split(".")[0]);
}
