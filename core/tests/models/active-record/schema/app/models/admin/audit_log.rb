module Admin
  def self.table_name_prefix
    "admin_"
  end

  class AuditLog < ApplicationRecord
  end
end
