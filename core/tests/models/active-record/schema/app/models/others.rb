class Membership < ApplicationRecord; end

class Invoice < ApplicationRecord
  self.table_name = "billing.invoices"
end

class GatewayAPI < ApplicationRecord
end

class Vehicle < ApplicationRecord
end

class Car < Vehicle
end

class Join < ActiveRecord::Base
end

class Plain
end

class Dynamic < ApplicationRecord
  self.table_name = compute("x")
end
