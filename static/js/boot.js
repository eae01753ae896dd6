// Chooses the theme before the first paint: the link's, else the system's. A plain script, so that nothing flashes.
{
  const named = /[#&]ui\.theme=(light|dark|projector)(?:&|$)/.exec(location.hash)
  const dark = matchMedia('(prefers-color-scheme: dark)').matches
  document.documentElement.dataset.theme = named ? named[1] : dark ? 'dark' : 'light'
}
