import { Column, Entity, ManyToOne, PrimaryColumn } from "typeorm";

class Money {
  @Column()
  grossAmount: number;
}

@Entity()
export class HTTPRequestLog {
  @PrimaryColumn()
  requestID: string;

  @Column()
  URLPath: string;

  @Column({ name: "keptAsIs" })
  renamed: string;

  @Column(() => Money)
  unitPrice: Money;

  @ManyToOne((type) => HTTPRequestLog)
  parentLog: HTTPRequestLog;
}
