-- Write the bars of the time selection again, in the tracks of the selected MIDI items. Select some
-- bars before and after it, too: they are what the new bars fit to. Nothing is removed.
local folder = debug.getinfo(1, "S").source:match("^@(.*[/\\])")
local segue = dofile(folder .. "segue.lua")

local music, why = segue.selected()
if not music then return reaper.MB(why, "Segue", 0) end
local from, to = reaper.GetSet_LoopTimeRange(false, false, 0, 0, false)
if to <= from then return reaper.MB("Select the time of the bars to write again.", "Segue", 0) end
local _, first = reaper.TimeMap2_timeToBeats(0, from + 1e-9)
local _, last = reaper.TimeMap2_timeToBeats(0, to - 1e-9)
first, last = first - music.measure, last - music.measure + 1
if first < 0 then return reaper.MB("Select items that begin before that time.", "Segue", 0) end
local wish = string.format(
  '{"task": "infill", "first": %d, "last": %d, "takes": %d}', first, last, segue.takes)
segue.ask(music, wish, function(take, number) segue.insert(music, take, number, first, last) end)
