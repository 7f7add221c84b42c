import { CreateDateColumn, Column, BaseEntity as Root } from "typeorm";

export abstract class Timestamps {
  @CreateDateColumn({ name: "created_at", type: "timestamptz" })
  createdAt: Date;

  @Column({ nullable: true })
  updatedBy?: string;
}

export class Address {
  @Column()
  street: string;

  @Column({ name: "zip_code" })
  zip: string;
}
