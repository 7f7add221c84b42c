import { DataSource } from "typeorm";
import { SnakeNamingStrategy } from "typeorm-naming-strategies";

export default new DataSource({ type: "postgres", namingStrategy: new SnakeNamingStrategy() });
