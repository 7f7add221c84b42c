import { Entity, Column, PrimaryGeneratedColumn, ManyToOne, OneToOne, OneToMany, ManyToMany, JoinTable, JoinColumn, BaseEntity, ViewEntity, ViewColumn, ChildEntity, TableInheritance, EntitySchema } from "typeorm";
import { Timestamps, Address } from "./base";
import { TableNames } from "./names";

// @Entity("commented_out")
@Entity()
export class UserAccount extends Timestamps {
  @PrimaryGeneratedColumn("uuid")
  id: string;

  /** @Column({ name: "not_this" }) */
  @Column({
    type: "varchar",
    name: "email_address",
    transformer: { to: (value: string) => value.toLowerCase(), from: (value) => value },
  })
  @IsEmail({ message: "name: 'x'" })
  email!: string;

  @Column("simple-array", { nullable: true }) tags: string[];

  @Column(() => Address)
  home: Address;

  @Column(() => Address, { prefix: false })
  work: Address;

  @OneToMany(() => Invoice, (invoice) => invoice.owner)
  invoices: Invoice[];

  @ManyToMany(() => Role)
  @JoinTable({ name: "user_roles", joinColumn: { name: "user_id" }, inverseJoinColumn: { name: "role_id" } })
  roles: Role[];

  notAColumn = "name";

  @Column({ default: () => "now()" })
  private readonly seenAt: Date;

  get full(): string { return this.email; }
}

@Entity({ name: TableNames.Invoices, schema: "money" })
export class Invoice extends BaseEntity {
  @PrimaryGeneratedColumn()
  id: number;

  @ManyToOne(() => UserAccount, { onDelete: "CASCADE" })
  owner: UserAccount;

  @Column({ name: "approver" })
  approverId: string;

  @ManyToOne(() => UserAccount)
  @JoinColumn({ name: "approver", referencedColumnName: "id" })
  approver: UserAccount;

  @OneToOne(() => Role)
  @JoinColumn()
  role: Role;

  @OneToOne(() => Role, (role) => role.invoice)
  other: Role;
}

@Entity("roles")
export class Role {
  @Column({ primary: true })
  key: string;

  @Column(columnOptions)
  mystery: string;
}

@Entity(UNKNOWN_NAME)
export class Nameless {
  @Column()
  a: string;
}

@Entity({ name: "animals" })
@TableInheritance({ column: { type: "varchar", name: "kind" } })
export class Animal {
  @PrimaryGeneratedColumn() id: number;
}

@ChildEntity()
export class Cat extends Animal {
  @Column() lives: number;
}

@ViewEntity({ name: "user_totals", expression: `SELECT 1 AS "total"` })
export class UserTotals {
  @ViewColumn({ name: "sum_total" })
  total: number;
}

export const Category = new EntitySchema<{ id: number }>({
  name: "BlogCategory",
  tableName: "blog_categories",
  columns: {
    id: { type: Number, primary: true, generated: true },
    title: { type: String, name: "title_text" },
  },
  relations: {
    parent: { type: "many-to-one", target: "BlogCategory", joinColumn: { name: "parent_id" } },
  },
});
