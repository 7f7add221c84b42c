import javax.persistence.Column;
import javax.persistence.Entity;
import javax.persistence.Id;

@Entity(name = "LineItem")
public class Item {
    @Id private Long itemId;
    @Column(name = "`Quoted`") private String quoted;
}
