import { Table, Column, Model, DataType, ForeignKey, BelongsTo, CreatedAt, PrimaryKey, DeletedAt, Default } from "sequelize-typescript";

class IdModel<A extends {} = any, B extends {} = A> extends Model<A, B> {
  @PrimaryKey
  @Column(DataType.UUID)
  id: string;

  @CreatedAt
  createdAt: Date;
}

@Table({ tableName: "stars", modelName: "star", paranoid: true })
class Star extends IdModel<InferAttributes<Star>, Partial<Creation<Star>>> {
  // @Column commented: string;
  @Column({ field: "sort_index", type: DataType.STRING })
  index: string | null;

  @Column(DataType.VIRTUAL)
  computed: string;

  @BelongsTo(() => User, "ownerId")
  owner: User;

  @BelongsTo(() => User, "userId")
  user: User;

  @ForeignKey(() => User)
  @Default("name: 'x'")
  @Column
  userId: string;

  static async find(id: string) {
    const tableName = "other";
    return tableName;
  }
}

@Table({ timestamps: false, underscored: true })
class UserStatus extends Model {
  @Column firstName: string;
}

@Table({ tableName: compute() })
class Nameless extends Model {
  @Column a: string;
}
