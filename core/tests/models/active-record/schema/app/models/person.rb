# self.table_name = "commented"
class Person < ApplicationRecord
  TEXT = <<~SQL
    self.table_name = "heredoc"
  SQL

  self.ignored_columns += %w[legacy_name created_at]

  alias_attribute :full_name, :name

  enum :status, { open: "open", closed: "closed" }

  belongs_to :team, optional: true

  class Hat < ApplicationRecord
  end

  def table_name
    "instance"
  end
end
