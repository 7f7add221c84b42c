package models

import (
	"time"

	"gorm.io/gorm"
)

type Status string

type Base struct {
	ID        uint `gorm:"primaryKey"`
	CreatedAt time.Time
}

type Address struct {
	Street string
	ZIPCode string `gorm:"column:zip"`
}

// type Commented struct { gorm.Model }
type UserProfile struct {
	gorm.Model
	UserID, TeamID uint
	APIKey      string `json:"api_key" gorm:"type:varchar(64);not null"`
	HomePageURL *string
	Status      Status
	Birthday    sql.NullTime
	Company     Company `gorm:"foreignKey:CompanyRef"`
	CompanyRef  uint
	Address     Address `gorm:"embedded;embeddedPrefix:home_"`
	Pets        []Pet
	Labels      pq.StringArray `gorm:"type:text[]"`
	Secret      string `gorm:"-"`
	hidden      string
}

type Company struct {
	Base
	Name string `gorm:"column:company_name"`
}

type Pet struct {
	ID      int64 `gorm:"primaryKey"`
	Strange othertype.Thing
}

func (Pet) TableName() string {
	return "zoo.pets"
}

type Request struct {
	Name string `json:"name"`
}
