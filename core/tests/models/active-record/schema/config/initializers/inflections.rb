ActiveSupport::Inflector.inflections(:en) do |inflect|
  inflect.acronym "API"
  inflect.irregular "goose", "geese"
  inflect.uncountable %w[staff]
end
