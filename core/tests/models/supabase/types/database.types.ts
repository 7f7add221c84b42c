export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  __InternalSupabase: {
    PostgrestVersion: "12.2.3 (519615d)"
  }
  public: {
    Tables: {
      users: {
        Row: {
          id: string
          userName: string | null
          status: Database["public"]["Enums"]["status"]
        }
        Insert: {
          id?: string
          insert_only?: string
        }
        Update: {
          id?: string
        }
        Relationships: [
          {
            foreignKeyName: "users_id_fkey"
            columns: ["id"]
          },
        ]
      }
    }
    Views: {
      active_users: {
        Row: { id: string | null }
        Relationships: []
      }
    }
    Functions: {
      hello: { Args: { name: string }; Returns: string }
    }
    Enums: {
      status: "ONLINE" | "OFFLINE"
    }
    CompositeTypes: {
      [_ in never]: never
    }
  }
  billing: {
    Tables: {
      invoices: {
        Row: { total: number }
      }
    }
    Views: {
      [_ in never]: never
    }
  }
}
