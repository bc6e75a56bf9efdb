/** Provinces, cities and counties by the codes of GB/T 2260, fetched when somebody first picks one. H5 only: WeChat has its own. */
export interface Region {
  code: string
  name: string
}
type Table = Record<string, string>
interface Areas {
  province_list: Table
  city_list: Table
  county_list: Table
}

const under = (table: Table, digits: string): Region[] =>
  Object.entries(table).filter(([code]) => code.startsWith(digits)).map(([code, name]) => ({ code, name }))

/** What may be chosen next: the provinces, the cities of a province, the counties of a city; [] under a county. */
export function choices(areas: Areas, above = ''): Region[] {
  if (!above) return under(areas.province_list, '')
  if (above.endsWith('0000')) return under(areas.city_list, above.slice(0, 2))
  return above.endsWith('00') ? under(areas.county_list, above.slice(0, 4)) : []
}

/** From the province down to `code`; [] for a code that is not in the table. */
export function path(areas: Areas, code: string): Region[] {
  const steps = [`${code.slice(0, 2)}0000`, `${code.slice(0, 4)}00`, code]
  const names = [areas.province_list, areas.city_list, areas.county_list].map((table, n) => table[steps[n]!] ?? '')
  return names.every(Boolean) ? steps.map((step, n) => ({ code: step, name: names[n]! })) : []
}

/** `['北京市', '北京市', '海淀区']` → `北京市海淀区` */
export const joined = (names: string[]): string => names.filter((name, n) => name && name !== names[n - 1]).join('')

export async function areas(): Promise<Areas> {
  let found: Areas = { province_list: {}, city_list: {}, county_list: {} }
  // #ifdef H5
  found = (await import('@/data/areas')).areaList
  // #endif
  return found
}
