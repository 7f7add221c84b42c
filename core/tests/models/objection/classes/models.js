const { Model } = require("objection");

class Person extends Model {
  static get tableName() {
    return "persons";
  }
}

class Pet extends Model {
  static tableName = "app.pets";
}

class Dynamic extends Model {
  static get tableName() {
    return `${prefix}_pets`;
  }
}
