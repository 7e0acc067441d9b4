-- Continue the selected MIDI items: the next bars come as new items after their last bar.
local folder = debug.getinfo(1, "S").source:match("^@(.*[/\\])")
local segue = dofile(folder .. "segue.lua")

local music, why = segue.selected()
if not music then return reaper.MB(why, "Segue", 0) end
local last = 0
for _, part in ipairs(music.parts) do
  for _, note in ipairs(part.notes) do last = math.max(last, note.onset) end
end
local length = segue.ticks * 4 * music.over // music.under
local first = last // length + 1
local wish = string.format(
  '{"task": "continue", "bars": %d, "takes": %d}', segue.bars, segue.takes)
segue.ask(music, wish, function(take, number)
  segue.insert(music, take, number, first, first + segue.bars)
end)
