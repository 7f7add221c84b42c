import { PrismaClient } from "@prisma/client";

// One client per process; the development server reloads modules and would open a pool each time.
const cached = globalThis as unknown as { prisma?: PrismaClient };

export const prisma = cached.prisma ?? new PrismaClient();

if (process.env.NODE_ENV !== "production") cached.prisma = prisma;
