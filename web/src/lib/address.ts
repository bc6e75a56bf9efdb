/** What a person writes so that a parcel arrives. */
export interface Words {
  name: string
  phone: string
  region_code: string
  region: string
  street: string
}

export const blank = (): Words => ({ name: '', phone: '', region_code: '', region: '', street: '' })

export function trimmed(words: Words): Words {
  return { name: words.name.trim(), phone: words.phone.replace(/[\s-]/g, ''), region_code: words.region_code, region: words.region.trim(), street: words.street.trim() }
}

/** The key of the sentence that says what is missing, "" when nothing is. */
export function lacks(words: Words): string {
  if (!words.name) return 'address.no_name'
  if (!/^1[3-9]\d{9}$/.test(words.phone)) return 'address.bad_phone'
  if (!words.region || !/^[1-8]\d{5}$/.test(words.region_code)) return 'address.no_region'
  return words.street ? '' : 'address.no_street'
}
