import type { ReactNode } from 'react'
import { classes } from './classes'

export type Column<Row> = {
  readonly key: string
  readonly header: ReactNode
  /** What the cell shows; `header` names it again on a phone when it is a plain text. */
  readonly cell: (row: Row) => ReactNode
  /** The column that names the row; the first unless said. */
  readonly isRowHeader?: boolean
  readonly align?: 'start' | 'end'
  /** Set where the table is sorted by this column; `sortHref` makes the header a link. */
  readonly sort?: 'ascending' | 'descending'
  readonly sortHref?: string
}

/**
 * Rows and columns for comparison. On a phone each row becomes a card and every value stands beside its column's name.
 * The roles are written out, because a table laid out as blocks loses them in some browsers. `caption` names the table
 * (hidden unless `isCaptionShown`). For the server only: cells are functions.
 */
export function DataTable<Row>({
  caption,
  isCaptionShown = false,
  columns,
  rows,
  rowKey,
  empty,
}: {
  caption: ReactNode
  isCaptionShown?: boolean
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** Shown instead of the table when there are no rows. */
  empty?: ReactNode
}) {
  if (rows.length === 0 && empty) return <>{empty}</>
  const rowHeader = columns.find((column) => column.isRowHeader) ?? columns[0]
  return (
    <div className="overflow-x-auto">
      {/* biome-ignore-start lint/a11y/noRedundantRoles: display: block would take the native roles away. */}
      <table role="table" className="block w-full border-collapse text-left md:table">
        <caption className={isCaptionShown ? 'block px-5 pb-3 text-left font-semibold md:table-caption' : 'sr-only'}>
          {caption}
        </caption>
        <thead role="rowgroup" className="sr-only md:not-sr-only md:table-header-group">
          <tr role="row" className="md:table-row">
            {columns.map((column) => (
              <th
                key={column.key}
                role="columnheader"
                scope="col"
                aria-sort={column.sort}
                className={classes(
                  'border-b border-border px-3 py-3 text-sm font-medium whitespace-nowrap text-text-muted first:pl-6 last:pr-6',
                  column.align === 'end' && 'text-right',
                )}
              >
                {column.sortHref ? <SortLink column={column} /> : column.header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody role="rowgroup" className="block md:table-row-group">
          {rows.map((row) => (
            <tr
              key={rowKey(row)}
              role="row"
              className="grid gap-2 border-t border-border px-5 py-4 first:border-t-0 md:table-row md:hover:bg-surface-sunken"
            >
              {columns.map((column) => {
                const cell = column.cell(row)
                const look = classes(
                  'min-w-0 md:table-cell md:px-3 md:py-3.5 md:align-middle md:first:pl-6 md:last:pr-6',
                  column.align === 'end' && 'md:text-right',
                )
                return column === rowHeader ? (
                  <th key={column.key} role="rowheader" scope="row" className={classes('font-medium', look)}>
                    {cell}
                  </th>
                ) : (
                  <td
                    key={column.key}
                    role="cell"
                    className={classes('grid grid-cols-[minmax(0,2fr)_minmax(0,3fr)] items-baseline gap-3', look)}
                  >
                    <span aria-hidden="true" className="text-sm text-text-muted md:hidden">
                      {column.header}
                    </span>
                    <span className="min-w-0 md:contents">{cell}</span>
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {/* biome-ignore-end lint/a11y/noRedundantRoles: see above. */}
    </div>
  )
}

function SortLink<Row>({ column }: { column: Column<Row> }) {
  return (
    <a href={column.sortHref} className="rounded-sm hover:text-text hover:underline">
      {column.header}
      <span aria-hidden="true">{column.sort === 'ascending' ? ' ↑' : column.sort === 'descending' ? ' ↓' : ''}</span>
    </a>
  )
}
