class ApplicationRecord < ActiveRecord::Base
  self.abstract_class = true
end

class Category < ApplicationRecord
  belongs_to :owner, class_name: "User", foreign_key: :user_id
  belongs_to :subject, polymorphic: true
  enum kind: { small: 0, large: 1 }
  self.ignored_columns = ["old"]
end

class Analysis < ApplicationRecord; end
class Status < ApplicationRecord; end
class Child < ApplicationRecord; end
class Leaf < ApplicationRecord; end
class NewsQuiz < ApplicationRecord; end
class Datum < ApplicationRecord; end
class Sheep < ApplicationRecord; end
class UserAddress < ApplicationRecord; end
class Shop::LineItem < ApplicationRecord; end
