defmodule App.Accounts.User do
  @moduledoc """
  schema "docs" do
    field :wrong
  end
  """
  use Ecto.Schema
  import Ecto.Changeset

  @primary_key {:uuid, :binary_id, autogenerate: true}
  @timestamps_opts [type: :utc_datetime_usec]
  @schema_prefix "auth"

  schema "users" do
    field :email, :string, source: :email_address
    field(:admin, :boolean, default: false)
    field :password, :string, virtual: true
    # field :commented, :string
    belongs_to :team, App.Team
    belongs_to :boss, App.Accounts.User, foreign_key: :boss_ref, references: :uuid
    belongs_to :plan, App.Plan, define_field: false
    has_many :posts, App.Post,
      foreign_key: :author_id
    embeds_one :settings, Settings, on_replace: :update do
      field :theme, :string
    end

    timestamps()
  end

  def changeset(user, params) do
    cast(user, params, [:email])
  end
end

defmodule App.Event do
  use Ecto.Schema

  @primary_key false
  schema "events" do
    field :key, :string, primary_key: true
    timestamps(inserted_at: :created_at, updated_at: false)
    custom_fields()
  end

  embedded_schema do
    field :nothing, :string
  end
end
