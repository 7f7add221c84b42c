const { Sequelize, DataTypes, Model } = require("sequelize");

const sequelize = new Sequelize(url, { define: { underscored: true } });

const User = sequelize.define("user", {
  id: { type: DataTypes.UUID, primaryKey: true },
  firstName: { type: DataTypes.STRING, field: "given_name" },
  lastName: DataTypes.STRING,
  fullName: { type: DataTypes.VIRTUAL, get() { return this.firstName; } },
}, { paranoid: true });

class Post extends Model {
  static associate(models) {
    this.belongsTo(models.User, { foreignKey: "authorId" });
  }
}

Post.init({
  title: DataTypes.TEXT,
  ...shared,
}, { sequelize, tableName: "blog_posts", timestamps: false });

const Tag = sequelize.define("Tag", { label: DataTypes.STRING }, { freezeTableName: true, createdAt: "made", updatedAt: false, underscored: false });
