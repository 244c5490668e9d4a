/** Go's math.Pow(10, exponent): multiplied up from the exponent's bits, rounding each time, so the last bit can differ from JavaScript's. */
export function powerOfTen(exponent: number): number {
  if (exponent > 400 || exponent < -400) return exponent > 0 ? Infinity : 0;
  let [mantissa, power] = [1, 0];
  let [square, squarePower] = [0.625, 4];
  for (let bits = Math.abs(exponent); bits > 0; bits = Math.floor(bits / 2)) {
    if (bits % 2 === 1) {
      mantissa *= square;
      power += squarePower;
    }
    square *= square;
    squarePower *= 2;
    if (square < 0.5) {
      square += square;
      squarePower -= 1;
    }
  }
  return exponent < 0 ? scaled(1 / mantissa, -power) : scaled(mantissa, power);
}

/** number × 2^power, in two steps so that neither factor is out of range. */
function scaled(number: number, power: number): number {
  const half = Math.trunc(power / 2);
  return number * 2 ** half * 2 ** (power - half);
}
