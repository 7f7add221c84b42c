import { Entity, Property, PrimaryKey, ManyToOne, OneToMany, OneToOne, Enum, Embedded, Embeddable, Formula } from "@mikro-orm/core";

export abstract class BaseEntity {
  @PrimaryKey()
  id!: string;

  @Property({ onUpdate: () => new Date() })
  updatedAt = new Date();
}

@Embeddable()
export class Geo {
  @Property()
  latDegrees!: number;
}

@Entity({ tableName: "users", schema: "auth" })
export class User extends BaseEntity {
  @Property({ fieldName: "email_address" })
  email!: string;

  @Property({ persist: false })
  get score(): number { return 1; }

  @Enum(() => Role)
  userRole!: Role;

  @Embedded(() => Geo)
  place!: Geo;

  @Embedded(() => Geo, { object: true })
  asJson!: Geo;

  @OneToMany(() => OrderLine, (line) => line.buyer)
  lines = new Collection<OrderLine>(this);

  @Formula("1")
  one!: number;
}

@Entity()
export class OrderLine {
  @PrimaryKey({ fieldName: "line_no" })
  lineNo!: number;

  @ManyToOne(() => User, { nullable: true })
  buyer?: User;

  @ManyToOne({ entity: () => OrderLine, fieldName: "parent_ref" })
  parent?: OrderLine;

  @OneToOne(() => User, { mappedBy: "line" })
  back?: User;
}

@Entity({ abstract: true })
export class Nothing {
  @Property() a!: string;
}
