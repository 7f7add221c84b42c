package app;

import jakarta.persistence.*;
import org.springframework.data.jpa.domain.support.AuditingEntityListener;

@Entity
@Table(name = "app_users", schema = "auth", indexes = {@Index(name = "other", columnList = "a")})
@EntityListeners(AuditingEntityListener.class)
public class User extends Auditable<String> {
    private static final long serialVersionUID = 1L;

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private Long id;

    // @Column(name = "commented")
    @Column(name = "emailAddress", nullable = false)
    private String email;

    private String firstName = "name; x";

    @Transient
    private String computed;

    @ManyToOne(fetch = FetchType.LAZY)
    private Team homeTeam;

    @ManyToOne
    @JoinColumn(name = "boss_id")
    private User boss;

    @OneToMany(mappedBy = "user")
    private List<Map<String, Order>> orders = new ArrayList<>();

    @Embedded
    @AttributeOverride(name = "street", column = @Column(name = "home_street"))
    private Address home;

    public String getFirstName() {
        String local = firstName;
        return local;
    }
}
