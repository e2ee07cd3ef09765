"""What the desk buys, from whom, and what lies on its shelves."""

VENDORS = """
name: vendors
doc: Who delivers to the desk.
owner: buying@example.org
read: {format: csv, path: "${landing}/vendors/*.csv"}
feeds: silver.suppliers
system: desk
map:
  supplier_id:    {from: id}
  supplier_name:  {from: name}
  lead_time_days: {from: days}
  updated_at:     {from: changed, formats: ["yyyy-MM-dd HH:mm:ss"], zone: UTC}
"""
VENDORS_HEAD = "id,name,days,changed"
BUYING = """
name: buying
doc: What the desk orders and gets.
owner: buying@example.org
read: {format: csv, path: "${landing}/buying/*.csv"}
feeds: silver.purchase_orders
system: desk
map:
  purchase_order_id: {from: order}
  line_id:           {value: "1"}
  supplier_id:       {from: vendor}
  product_id:        {from: sku}
  ordered_on:        {from: ordered}
  promised_on:       {from: promised}
  received_on:       {from: received}
  quantity_ordered:  {from: ordered_qty}
  quantity_received: {from: received_qty}
  quantity_rejected: {from: rejected_qty}
  unit_cost:         {from: cost}
  currency:          {from: money}
  updated_at:        {from: changed, formats: ["yyyy-MM-dd HH:mm:ss"], zone: UTC}
"""
BUYING_HEAD = "order,vendor,sku,ordered,promised,received,ordered_qty,received_qty,rejected_qty,cost,money,changed"
SHELVES = """
name: shelves
doc: What goes into and out of the desk's shelves.
owner: stock@example.org
read: {format: csv, path: "${landing}/shelves/*.csv"}
feeds: silver.stock_movements
system: desk
map:
  movement_id: {from: id}
  moved_at:    {from: at, formats: ["yyyy-MM-dd HH:mm:ss"], zone: UTC}
  product_id:  {from: sku}
  location_id: {from: shelf}
  kind:        {from: kind}
  quantity:    {from: qty}
  updated_at:  {from: changed, formats: ["yyyy-MM-dd HH:mm:ss"], zone: UTC}
"""
SHELVES_HEAD = "id,at,sku,shelf,kind,qty,changed"
