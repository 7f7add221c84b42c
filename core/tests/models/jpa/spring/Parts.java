package app;

import jakarta.persistence.*;

@MappedSuperclass
public abstract class Auditable<U> {
    protected U createdBy;
}

@Embeddable
class Address {
    private String street;
    private String zipCode;
}

@Entity
class Team {
    @Id
    @Column(name = "team_key")
    private String key;
}
