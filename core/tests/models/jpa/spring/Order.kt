package app

import jakarta.persistence.*

@Entity
@Table(name = "orders")
class Order(
    @Id
    val id: Long = 0,
    @Column(name = "total_cents")
    var total: Int,
    val placedAt: Instant?,
) {
    @ManyToOne
    @JoinColumn(name = "user_id")
    lateinit var user: User

    val computed: Int get() = 1
}
