/** What the server wrote into the page already, so that the first look at a product needs no question of its own. */
export function seeded<T extends { id: string }>(id: string): T | null {
  let found: T | null = null
  // #ifdef H5
  const place = document.getElementById('xt-product')
  place?.remove() // good once: whoever comes back asks anew
  const given = place?.textContent ? (JSON.parse(place.textContent) as T) : null
  found = given?.id === id ? given : null
  // #endif
  return found
}

/** Takes away what the server drew in advance, once the page shows the same itself. */
export function unveil(): void {
  // #ifdef H5
  document.getElementById('xt-early')?.remove()
  // #endif
}
